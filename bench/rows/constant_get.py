"""The HTTP server itself: an answer that is made once, against the same bytes as a file of nginx."""

from bench import Bench
from figure import Figure, median_ratio, middle, short
from servers import nginx, ours

PEER = "nginx serving a static file of the same size"


def measure(bench: Bench) -> list[Figure]:
    with ours(bench.empty_folder()) as server:
        body = server.get("/healthz")[1]
        with nginx("healthz", body, bench.empty_folder()) as peer, \
                nginx("healthz", body, bench.empty_folder(), sendfile="off") as fast_peer:
            rates = bench.interleave({
                side: (lambda _, port=port: bench.load(port, "--get", "/healthz", "--warmup", 0.3)["rate"])
                for side, port in (("ours", server.port), ("nginx", peer.port), ("fast", fast_peer.port))})
    absolute = f"{short(middle(rates['ours']))} against {short(middle(rates['nginx']))} a second"
    return [
        Figure("`GET /healthz` / nginx static file, requests a second",
               median_ratio(rates["ours"], rates["nginx"]), 1.4, detail=absolute),
        Figure("the same / nginx with `sendfile off`, which is faster for a file this small",
               median_ratio(rates["ours"], rates["fast"]), detail=f"{short(middle(rates['fast']))} a second"),
    ]
