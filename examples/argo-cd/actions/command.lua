local action = 'promote'

-- Asks Serin for it, by a RolloutCommand that is aimed at what Argo CD shows: a stale click does nothing.
local status = obj.status or {}
local run = status.run
local spec = { rollout = obj.metadata.name, action = action, reason = 'asked for in Argo CD' }
if run ~= nil then
  spec.run = run.id
  spec.revision = run.to.hash
  if action == 'promote' and run.step ~= nil then
    spec.step = run.step.index
  end
elseif action == 'retry' and status.history ~= nil and status.history[1] ~= nil then
  spec.revision = status.history[1].to.hash
end

local command = {
  apiVersion = 'serin.dev/v1alpha1',
  kind = 'RolloutCommand',
  metadata = {
    generateName = obj.metadata.name .. '-argocd-',
    namespace = obj.metadata.namespace,
    -- Argo CD shows it, with its answer, under the Rollout.
    ownerReferences = {
      {
        apiVersion = obj.apiVersion,
        kind = obj.kind,
        name = obj.metadata.name,
        uid = obj.metadata.uid,
      },
    },
  },
  spec = spec,
}
return { { operation = 'create', resource = command } }
