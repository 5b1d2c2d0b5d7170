-- Health of a serin.dev/Rollout in Argo CD. Only base Lua: Argo CD opens no other library for scripts of users.
local status = obj.status
if status == nil or status.phase == nil or status.observedGeneration ~= obj.metadata.generation then
  return { status = 'Progressing', message = 'Serin has not looked at this version of the Rollout yet' }
end

local words = { Healthy = 'Healthy', Progressing = 'Progressing', Paused = 'Suspended', Degraded = 'Degraded' }
local health = { status = words[status.phase] or 'Unknown', message = status.message }

local run = status.run
if run ~= nil then
  -- A newer template came, or the old one again: nothing was judged bad.
  if run.outcome ~= nil and run.outcome.result == 'Superseded' then
    health.status = 'Progressing'
  end
  if run.waiting ~= nil then
    health.message = status.message .. ', because ' .. run.waiting.because
  end
end
return health
