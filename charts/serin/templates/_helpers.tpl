{{- define "serin.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* Of objects without a namespace: releases for one namespace each may all be called the same. */ -}}
{{- define "serin.clusterName" -}}
{{- if .Values.watchNamespace -}}
{{- printf "%s-%s" (include "serin.fullname" .) .Release.Namespace -}}
{{- else -}}
{{- include "serin.fullname" . -}}
{{- end -}}
{{- end -}}

{{- define "serin.serviceAccount" -}}
{{- default (include "serin.fullname" .) .Values.serviceAccount.name -}}
{{- end -}}

{{- /* The user that the policies exempt. */ -}}
{{- define "serin.user" -}}
{{- printf "system:serviceaccount:%s:%s" .Release.Namespace (include "serin.serviceAccount" .) -}}
{{- end -}}

{{- define "serin.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{- printf "%s@%s" .repository .digest -}}
{{- else -}}
{{- printf "%s:%s" .repository (default $.Chart.AppVersion .tag) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* By which objects find the pods: never change what stands here, a Deployment's selector cannot be changed. */ -}}
{{- define "serin.selector" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{- define "serin.controllerSelector" -}}
{{ include "serin.selector" . }}
app.kubernetes.io/component: controller
{{- end -}}

{{- define "serin.labels" -}}
{{ include "serin.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: serin
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | quote }}
{{- with .Values.labels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- /* The API version in which the cluster serves MutatingAdmissionPolicy; empty: not at all. `helm template` knows a version of Kubernetes only. */ -}}
{{- define "serin.policyVersion" -}}
{{- $kind := "admissionregistration.k8s.io/%s/MutatingAdmissionPolicy" -}}
{{- if or (.Capabilities.APIVersions.Has (printf $kind "v1")) (semverCompare ">=1.36-0" .Capabilities.KubeVersion.Version) -}}
v1
{{- else if .Capabilities.APIVersions.Has (printf $kind "v1beta1") -}}
v1beta1
{{- else if eq (toString .Values.policies.install) "true" -}}
v1
{{- end -}}
{{- end -}}

{{- define "serin.withPolicies" -}}
{{- if and (ne (toString .Values.policies.install) "false") (include "serin.policyVersion" .) -}}yes{{- end -}}
{{- end -}}

{{- /* Of a pod and of its only container: what the Pod Security Standard "restricted" asks. */ -}}
{{- define "serin.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "serin.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- /* Of the dashboard's objects. */ -}}
{{- define "serin.dashboardName" -}}
{{- printf "%s-dashboard" (include "serin.fullname" .) -}}
{{- end -}}

{{- define "serin.dashboardAccount" -}}
{{- default (include "serin.dashboardName" .) .Values.dashboard.serviceAccount.name -}}
{{- end -}}

{{- define "serin.dashboardSelector" -}}
{{ include "serin.selector" . }}
app.kubernetes.io/component: dashboard
{{- end -}}

{{- define "serin.dashboardLabels" -}}
{{ include "serin.labels" . }}
app.kubernetes.io/component: dashboard
{{- end -}}

{{- /* Where people open it; empty: by whatever leads there. */ -}}
{{- define "serin.dashboardOrigin" -}}
{{- with .Values.dashboard -}}
{{- if .origin -}}
{{- .origin -}}
{{- else if .ingress.enabled -}}
{{- printf "%s://%s" (ternary "https" "http" (ne .ingress.tlsSecret "")) (required "dashboard.ingress.host is needed: the name under which people open the dashboard" .ingress.host) -}}
{{- end -}}
{{- end -}}
{{- end -}}
