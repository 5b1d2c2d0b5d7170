-- Which buttons a serin.dev/Rollout has in Argo CD, and which of them would be obeyed now.
local status = obj.status or {}
local run = status.run
local history = status.history or {}

local stepping = run ~= nil and run.stage == 'Stepping'
local paused = run ~= nil and run.paused ~= nil
local held = paused or (obj.spec or {}).paused == true
-- Steps that somebody may end; the others go on by themselves.
local ends = { pause = true, analyze = true, evidence = true, before = true }
-- What is measured after the switch keeps the run waiting: somebody may end that, too.
local after = run ~= nil and run.stage == 'Promoting' and not run.fast and run.analysis ~= nil and run.analysis.stage == 'After'
local refused = run == nil and status.refused ~= nil and status.phase == 'Degraded'

-- What was promoted before the present version, if that is known.
local earlier = false
for _, past in ipairs(history) do
  if past.result == 'Promoted' and status.stable ~= nil and past.to.hash == status.stable.hash then
    earlier = true
    break
  end
end

local function button(name, enabled)
  return { displayName = name, disabled = not enabled }
end

return {
  ['promote'] = button('Promote: end this pause', (stepping and not held and run.step ~= nil and ends[run.step.kind] == true) or (after and run.weight.actual == 100)),
  ['promote-full'] = button('Promote fully: skip what is left', after or (run ~= nil and run.stage ~= 'Promoting' and run.stage ~= 'RollingBack')),
  ['pause'] = button('Pause', stepping and not paused),
  ['resume'] = button('Resume', paused),
  ['abort'] = button('Abort: go back', run ~= nil and run.stage ~= 'RollingBack'),
  ['retry'] = button('Retry the refused version', refused),
  ['undo'] = button('Undo: back to the version before', run == nil and (refused or status.kept ~= nil or earlier)),
  ['restart'] = button('Restart its pods, by way of a run', run == nil and status.phase == 'Healthy'),
}
