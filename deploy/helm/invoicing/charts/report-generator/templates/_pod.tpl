{{/* The pods of the three services; of this file, too, each chart has a copy (_service.tpl). */}}

{{/* A digest beats a tag: what was checked is what runs. */}}
{{- define "invoicing.image" -}}
{{- $global := .Values.global | default dict -}}
{{- $registry := .Values.image.registry | default $global.imageRegistry -}}
{{- $name := .Values.image.repository -}}
{{- if $registry }}{{ $name = printf "%s/%s" (trimSuffix "/" $registry) $name }}{{ end -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" $name .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $name (.Values.image.tag | default $global.imageTag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{- define "invoicing.pullSecrets" -}}
{{- $global := .Values.global | default dict -}}
{{- with concat (.Values.image.pullSecrets | default list) ($global.imagePullSecrets | default list) | uniq }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* The chart's own options beat those of all services. */}}
{{- define "invoicing.options" -}}
{{- $global := .Values.global | default dict -}}
{{- merge (deepCopy .Values.options) (deepCopy ($global.options | default dict)) | toYaml -}}
{{- end -}}

{{/*
Where each secret option comes from, of those that this service reads: an entry without a name is not set, and then one
of all services counts.
*/}}
{{- define "invoicing.secretOptions" -}}
{{- $all := (.Values.global | default dict).secretOptions | default dict -}}
{{- $found := dict -}}
{{- range $option, $source := .Values.secretOptions -}}
{{- $source = $source | default dict -}}
{{- $global := get $all $option | default dict -}}
{{- if $source.name -}}
{{- $_ := set $found $option $source -}}
{{- else if $global.name -}}
{{- $_ := set $found $option $global -}}
{{- end -}}
{{- end -}}
{{- $found | toYaml -}}
{{- end -}}

{{- define "invoicing.environment" -}}
{{- if .Values.http }}
- name: HTTP_ADDRESS
  value: {{ printf "%s:%d" .Values.listen (int .Values.http.port) | quote }}
{{- end }}
- name: OPS_ADDRESS
  value: {{ printf "%s:%d" .Values.listen (int .Values.ops.port) | quote }}
{{- range $name, $value := include "invoicing.options" . | fromYaml }}
- name: {{ $name }}
  value: {{ $value | toString | quote }}
{{- end }}
{{- range $name, $_ := include "invoicing.secretOptions" . | fromYaml }}
- name: {{ $name }}_FILE
  value: /etc/invoicing/secrets/{{ $name }}
{{- end }}
{{- range $name, $_ := .Values.fileOptions }}
- name: {{ $name }}
  value: /etc/invoicing/files/{{ $name }}
{{- end }}
{{- include "invoicing.tlsEnvironment" . }}
{{- end -}}

{{/* Not empty where the API speaks TLS. */}}
{{- define "invoicing.tls" -}}
{{- (.Values.tls | default dict).secretName | default "" -}}
{{- end -}}

{{- define "invoicing.tlsEnvironment" -}}
{{- if include "invoicing.tls" . }}
- name: TLS_CERT_FILE
  value: /etc/invoicing/tls/tls.crt
- name: TLS_KEY_FILE
  value: /etc/invoicing/tls/tls.key
{{- if .Values.tls.clientCa }}
- name: TLS_CLIENT_CA_FILE
  value: /etc/invoicing/tls/client-ca.crt
{{- end }}
{{- else if (.Values.tls | default dict).clientCa }}
{{- fail "tls.clientCa does nothing alone: name the Secret of the API's certificate in tls.secretName" }}
{{- end }}
{{- end -}}

{{/* Whole folders, not single files: what the Secret gets at a renewal then arrives in running pods. */}}
{{- define "invoicing.tlsVolume" -}}
name: tls
projected:
  defaultMode: 0440
  sources:
    - secret:
        name: {{ .Values.tls.secretName }}
        items: [{key: tls.crt, path: tls.crt}, {key: tls.key, path: tls.key}]
    {{- with .Values.tls.clientCa }}
    - {{- include "invoicing.fileSource" (dict "source" . "path" "client-ca.crt") | nindent 6 }}
    {{- end }}
{{- end -}}

{{/* Certificates of the authorities that the databases and brokers of this system have: of this chart, else of all. */}}
{{- define "invoicing.caBundle" -}}
{{- .Values.caBundle | default (.Values.global | default dict).caBundle | default dict | toYaml -}}
{{- end -}}

{{/* One key of a Secret or ConfigMap, as a source of a projected volume: {source: {secret|configMap, key}, path}. */}}
{{- define "invoicing.fileSource" -}}
{{ ternary "secret" "configMap" (hasKey .source "secret") }}:
  name: {{ .source.secret | default .source.configMap }}
  items: [{key: {{ .source.key | quote }}, path: {{ .path }}}]
{{- end -}}

{{- define "invoicing.volumes" -}}
- name: tmp
  emptyDir: {sizeLimit: 16Mi}
- name: data
  {{- if (.Values.persistence | default dict).enabled }}
  persistentVolumeClaim:
    claimName: {{ .Values.persistence.existingClaim | default (include "invoicing.fullname" .) }}
  {{- else }}
  emptyDir: {sizeLimit: 256Mi}
  {{- end }}
{{- with include "invoicing.secretOptions" . | fromYaml }}
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      {{- range $name, $source := . }}
      - secret:
          name: {{ $source.name }}
          items: [{key: {{ $source.key | quote }}, path: {{ $name }}}]
      {{- end }}
{{- end }}
{{- with .Values.fileOptions }}
- name: files
  projected:
    defaultMode: 0440
    sources:
      {{- range $name, $source := . }}
      - {{- include "invoicing.fileSource" (dict "source" $source "path" $name) | nindent 8 }}
      {{- end }}
{{- end }}
{{- if include "invoicing.tls" . }}
- {{- include "invoicing.tlsVolume" . | nindent 2 }}
{{- end }}
{{- with include "invoicing.caBundle" . | fromYaml }}
- name: ca
  projected:
    defaultMode: 0440
    sources:
      - {{- include "invoicing.fileSource" (dict "source" . "path" "ca.crt") | nindent 8 }}
{{- end }}
{{- end -}}

{{- define "invoicing.volumeMounts" -}}
- {name: tmp, mountPath: /tmp}
- {name: data, mountPath: /var/lib/invoices}
{{- if include "invoicing.secretOptions" . | fromYaml }}
- {name: secrets, mountPath: /etc/invoicing/secrets, readOnly: true}
{{- end }}
{{- if .Values.fileOptions }}
- {name: files, mountPath: /etc/invoicing/files, readOnly: true}
{{- end }}
{{- if include "invoicing.tls" . }}
- {name: tls, mountPath: /etc/invoicing/tls, readOnly: true}
{{- end }}
{{- if include "invoicing.caBundle" . | fromYaml }}
- {name: ca, mountPath: /etc/invoicing/ca, readOnly: true}
{{- end }}
{{- end -}}

{{/* What the pod security standard "restricted" asks for, and a root that cannot be written. */}}
{{- define "invoicing.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "invoicing.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end -}}

{{- define "invoicing.container" -}}
name: {{ .Chart.Name }}
image: {{ include "invoicing.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
env:
  {{- include "invoicing.environment" . | trim | nindent 2 }}
ports:
  {{- if .Values.http }}
  - {name: {{ include "invoicing.scheme" . }}, containerPort: {{ .Values.http.port }}}
  {{- end }}
  - {name: ops, containerPort: {{ .Values.ops.port }}}
startupProbe:
  httpGet: {path: /healthz, port: ops}
  {{- toYaml .Values.probes.startup | nindent 2 }}
livenessProbe:
  httpGet: {path: /healthz, port: ops}
  {{- toYaml .Values.probes.liveness | nindent 2 }}
readinessProbe:
  httpGet: {path: /readyz, port: ops}
  {{- toYaml .Values.probes.readiness | nindent 2 }}
{{- if .Values.http }}
lifecycle:
  # Load balancers still send requests for a moment after the pod is to end.
  preStop: {sleep: {seconds: 5}}
{{- end }}
resources:
  {{- toYaml .Values.resources | nindent 2 }}
securityContext:
  {{- include "invoicing.containerSecurity" . | nindent 2 }}
volumeMounts:
  {{- include "invoicing.volumeMounts" . | nindent 2 }}
{{- end -}}

{{- define "invoicing.topologySpread" -}}
{{- range $key := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
- maxSkew: {{ $.Values.topologySpread.maxSkew }}
  topologyKey: {{ $key }}
  whenUnsatisfiable: {{ $.Values.topologySpread.whenUnsatisfiable }}
  labelSelector:
    matchLabels:
      {{- include "invoicing.selectorLabels" $ | nindent 6 }}
  matchLabelKeys: [pod-template-hash]
{{- end }}
{{- end -}}

{{- define "invoicing.placement" -}}
{{- if .Values.topologySpread.enabled }}
topologySpreadConstraints:
  {{- include "invoicing.topologySpread" . | trim | nindent 2 }}
{{- end }}
{{- range $field := list "nodeSelector" "tolerations" "affinity" }}
{{- with get $.Values $field }}
{{ $field }}:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}

{{- define "invoicing.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "invoicing.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{- define "invoicing.deployment" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "invoicing.metadata" . | nindent 2 }}
spec:
  {{- if not (.Values.autoscaling | default dict).enabled }}
  replicas: {{ .Values.replicas }}
  {{- end }}
  revisionHistoryLimit: 5
  strategy:
    {{- if (.Values.persistence | default dict).enabled }}
    type: Recreate
    {{- else }}
    type: RollingUpdate
    rollingUpdate: {maxSurge: 1, maxUnavailable: 0}
    {{- end }}
  selector:
    matchLabels:
      {{- include "invoicing.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "invoicing.labels" . | nindent 8 }}
        {{- with .Values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- with .Values.podAnnotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      {{- include "invoicing.pullSecrets" . | trim | nindent 6 }}
      serviceAccountName: {{ include "invoicing.serviceAccountName" . }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: 30
      securityContext:
        {{- include "invoicing.podSecurity" . | nindent 8 }}
      containers:
        - {{- include "invoicing.container" . | nindent 10 }}
      {{- include "invoicing.placement" . | trim | nindent 6 }}
      volumes:
        {{- include "invoicing.volumes" . | nindent 8 }}
{{- end -}}
