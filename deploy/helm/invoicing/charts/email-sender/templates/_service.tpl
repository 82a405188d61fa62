{{/*
What the three services have in common. Each chart stands alone, so each has this file; tests/checks/test_charts.py holds
the copies to be the same. Change one, copy it to the others.
*/}}

{{- define "invoicing.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "invoicing.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "invoicing.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "invoicing.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: invoicing
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "invoicing.metadata" -}}
name: {{ include "invoicing.fullname" . }}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "invoicing.labels" . | nindent 2 }}
{{- end -}}

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
      - {{ ternary "secret" "configMap" (hasKey $source "secret") }}:
          name: {{ $source.secret | default $source.configMap }}
          items: [{key: {{ $source.key | quote }}, path: {{ $name }}}]
      {{- end }}
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
  - {name: http, containerPort: {{ .Values.http.port }}}
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

{{- define "invoicing.opsService" -}}
{{- include "invoicing.fullname" . | trunc 59 -}}
{{- if ne .Values.service.type "ClusterIP" }}-ops{{ end -}}
{{- end -}}

{{- define "invoicing.service" -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "invoicing.metadata" . | nindent 2 }}
  {{- with .Values.service.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  type: {{ .Values.service.type }}
  selector:
    {{- include "invoicing.selectorLabels" . | nindent 4 }}
  ports:
    {{- if .Values.http }}
    - {name: http, port: {{ .Values.service.port }}, targetPort: http}
    {{- end }}
    {{- if eq .Values.service.type "ClusterIP" }}
    - {name: ops, port: {{ .Values.ops.port }}, targetPort: ops}
    {{- else }}
---
# Health and metrics stay inside.
apiVersion: v1
kind: Service
metadata:
  {{- include "invoicing.metadata" . | replace (printf "name: %s\nnamespace" (include "invoicing.fullname" .)) (printf "name: %s\nnamespace" (include "invoicing.opsService" .)) | nindent 2 }}
spec:
  selector:
    {{- include "invoicing.selectorLabels" . | nindent 4 }}
  ports:
    - {name: ops, port: {{ .Values.ops.port }}, targetPort: ops}
    {{- end }}
{{- end -}}

{{- define "invoicing.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "invoicing.serviceAccountName" . }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "invoicing.labels" . | nindent 4 }}
  {{- with .Values.serviceAccount.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
{{- end -}}
{{- end -}}

{{- define "invoicing.hpa" -}}
{{- if .Values.autoscaling.enabled -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  {{- include "invoicing.metadata" . | nindent 2 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "invoicing.fullname" . }}
  minReplicas: {{ .Values.autoscaling.minReplicas }}
  maxReplicas: {{ .Values.autoscaling.maxReplicas }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target: {type: Utilization, averageUtilization: {{ .Values.autoscaling.cpuPercent }}}
    {{- if .Values.autoscaling.requestsInFlight.enabled }}
    - type: Pods
      pods:
        metric: {name: {{ .Values.autoscaling.requestsInFlight.metric }}}
        target: {type: AverageValue, averageValue: {{ .Values.autoscaling.requestsInFlight.average | quote }}}
    {{- end }}
  behavior:
    scaleUp:
      stabilizationWindowSeconds: 0
      policies: [{type: Percent, value: 100, periodSeconds: 30}]
    scaleDown:
      stabilizationWindowSeconds: 300
      policies: [{type: Pods, value: 1, periodSeconds: 60}]
{{- end -}}
{{- end -}}

{{- define "invoicing.pdb" -}}
{{- if .Values.podDisruptionBudget.enabled -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "invoicing.metadata" . | nindent 2 }}
spec:
  maxUnavailable: {{ .Values.podDisruptionBudget.maxUnavailable }}
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "invoicing.selectorLabels" . | nindent 6 }}
{{- end -}}
{{- end -}}

{{- define "invoicing.networkPolicy" -}}
{{- if .Values.networkPolicy.enabled -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "invoicing.metadata" . | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "invoicing.selectorLabels" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    {{- if .Values.http }}
    - ports: [{port: http}]
      {{- with .Values.networkPolicy.apiFrom }}
      from:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    {{- end }}
    - ports: [{port: ops}]
      from:
        - podSelector:
            matchLabels:
              app.kubernetes.io/instance: {{ .Release.Name }}
              app.kubernetes.io/component: test
        {{- with .Values.networkPolicy.metricsFrom }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
  egress:
    - ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
    {{- range .Values.networkPolicy.egress }}
    # {{ .name }}
    - ports:
        {{- range .ports }}
        - {port: {{ . }}, protocol: TCP}
        {{- end }}
      {{- with .to }}
      to:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    {{- end }}
{{- end -}}
{{- end -}}

{{- define "invoicing.serviceMonitor" -}}
{{- if and .Values.serviceMonitor.enabled (.Capabilities.APIVersions.Has "monitoring.coreos.com/v1/ServiceMonitor") -}}
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  {{- include "invoicing.metadata" . | nindent 2 }}
    {{- with .Values.serviceMonitor.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  jobLabel: app.kubernetes.io/name
  selector:
    matchLabels:
      {{- include "invoicing.selectorLabels" . | nindent 6 }}
  endpoints:
    - port: ops
      path: /metrics
      interval: {{ .Values.serviceMonitor.interval }}
{{- end -}}
{{- end -}}

{{/* The service's own image has what the test needs: bash speaks TCP. */}}
{{- define "invoicing.test" -}}
apiVersion: v1
kind: Pod
metadata:
  name: {{ include "invoicing.fullname" . | trunc 58 }}-test
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "invoicing.labels" . | replace (printf "name: %s\n" .Chart.Name) (printf "name: %s-test\n" .Chart.Name) | nindent 4 }}
    app.kubernetes.io/component: test
  annotations:
    helm.sh/hook: test
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
spec:
  {{- include "invoicing.pullSecrets" . | trim | nindent 2 }}
  restartPolicy: Never
  automountServiceAccountToken: false
  enableServiceLinks: false
  securityContext:
    {{- include "invoicing.podSecurity" . | nindent 4 }}
  containers:
    - name: ready
      image: {{ include "invoicing.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      command: [bash, -euc]
      args:
        - |
          answers() {
            exec 3<>"/dev/tcp/$1/$2"
            printf 'GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$3" "$1" >&3
            read -r line <&3
            echo "$1:$2$3: $line"
            [[ $line == *" 200 "* ]]
          }
          {{- if .Values.http }}
          answers {{ include "invoicing.fullname" . }} {{ .Values.service.port }} /readyz
          {{- end }}
          answers {{ include "invoicing.opsService" . }} {{ .Values.ops.port }} /readyz
          answers {{ include "invoicing.opsService" . }} {{ .Values.ops.port }} /metrics
      resources:
        requests: {cpu: 10m, memory: 16Mi}
        limits: {memory: 32Mi}
      securityContext:
        {{- include "invoicing.containerSecurity" . | nindent 8 }}
{{- end -}}
