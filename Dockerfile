# The images of the services, and `dev`, in which nobody needs a compiler of their own.
# usage: docker build --target invoice-service|report-generator|email-sender|invoice-standalone|passwords|dev .

FROM debian:trixie-slim AS base

FROM base AS tools
# The base throws away what apt has fetched; the cache mounts keep it for the next build, and out of the image.
RUN rm -f /etc/apt/apt.conf.d/docker-clean
WORKDIR /src
COPY scripts/install-packages scripts/
COPY scripts/lib/common.sh scripts/lib/packages.sh scripts/lib/
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,target=/var/lib/apt,sharing=locked \
    scripts/install-packages run

FROM tools AS build
COPY CMakeLists.txt CMakePresets.json ./
COPY cmake cmake
COPY api api
COPY src src
COPY web web
COPY scripts/build scripts/
# Symbols stay out of the images; a core dump is read with the build of the same commit. Behind a proxy that looks into
# TLS npm has to know its authority: --secret id=certificates,src=/etc/ssl/certs/ca-certificates.crt
RUN --mount=type=cache,target=/root/.cache/ccache \
    --mount=type=cache,target=/root/.npm \
    --mount=type=secret,id=certificates \
    if [ -f /run/secrets/certificates ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/certificates; fi \
    && scripts/build release \
    && install -D -s -t /built/bin build/release/bin/* \
    && ldd /built/bin/* >/built/linked \
    && rm -rf build
# What all programs share: the libraries they load, zones, fonts and certificates.
COPY scripts/lib/runtime-files scripts/lib/
RUN --mount=type=bind,from=base,source=/,target=/base \
    awk '$3 ~ "^/" {print $3}' /built/linked >/built/libraries \
    && xargs -a /built/libraries scripts/lib/runtime-files /base /built/root \
    tzdata fonts-dejavu-core fontconfig-config /etc/fonts ca-certificates /etc/ssl/certs

FROM base AS runtime
COPY --from=build /built/root /
RUN install -d -o 10001 -g 10001 -m 750 /var/lib/invoices
ENV DATA_DIR=/var/lib/invoices
USER 10001:10001
WORKDIR /var/lib/invoices

FROM runtime AS invoice-service
COPY --from=build /built/bin/invoice-service /usr/local/bin/
ENV HTTP_ADDRESS=0.0.0.0:3000
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s CMD ["invoice-service", "health"]
ENTRYPOINT ["invoice-service"]

FROM runtime AS report-generator
COPY --from=build /built/bin/report-generator /usr/local/bin/
ENV OPS_ADDRESS=0.0.0.0:3002
EXPOSE 3002
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s CMD ["report-generator", "health"]
ENTRYPOINT ["report-generator"]

FROM runtime AS email-sender
COPY --from=build /built/bin/email-sender /usr/local/bin/
ENV OPS_ADDRESS=0.0.0.0:3001
EXPOSE 3001
VOLUME /var/lib/invoices
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s CMD ["email-sender", "health"]
ENTRYPOINT ["email-sender"]

FROM runtime AS invoice-standalone
COPY --from=build /built/bin/invoice-standalone /built/bin/invoice-standalone-move /usr/local/bin/
ENV HTTP_ADDRESS=0.0.0.0:3000
EXPOSE 3000
VOLUME /var/lib/invoices
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s CMD ["invoice-standalone", "health"]
ENTRYPOINT ["invoice-standalone"]

# Makes the passwords of compose.yaml; see there.
FROM base AS passwords
COPY deploy/compose/make-passwords /usr/local/bin/
# It gives each file to the one user who reads it.
# hadolint ignore=DL3002
USER 0:0
ENTRYPOINT ["make-passwords"]

# Compiler, linters, test servers. The tree is mounted at /src, its build folder and the caches are volumes. Java's
# package links its manuals, whose folder a slim system lacks.
FROM tools AS dev
ARG UID=1000
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,target=/var/lib/apt,sharing=locked \
    mkdir -p /usr/share/man/man1 \
    && scripts/install-packages test \
    && useradd --create-home --home-dir /var/lib/dev --uid "$UID" --shell /bin/bash dev \
    && git config --system --add safe.directory /src \
    && install -d -o dev -g dev /src/build
USER $UID
CMD ["bash"]
