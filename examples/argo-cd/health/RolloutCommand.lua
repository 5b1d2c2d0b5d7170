-- Health of a serin.dev/RolloutCommand in Argo CD: whether it was obeyed, and if not, why not.
local status = obj.status
if status == nil or status.phase == nil or status.phase == 'Pending' then
  return { status = 'Progressing', message = 'Serin has not answered yet' }
end
local words = { Done = 'Healthy', Refused = 'Degraded' }
return { status = words[status.phase] or 'Unknown', message = status.message }
