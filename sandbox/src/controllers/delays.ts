/** Milliseconds, or a range out of which each use draws one. */
export type Delay = number | readonly [min: number, max: number]

/** How long each part of the cluster takes to notice. The object may be changed at any time; the next use reads it. */
export interface Delays {
  deployment: Delay
  replicaSet: Delay
  statefulSet: Delay
  daemonSet: Delay
  job: Delay
  endpointSlice: Delay
  disruption: Delay
  garbageCollector: Delay
  namespace: Delay
  /** Between two looks of an autoscaler. */
  autoscaler: Delay
  /** Between two samples of what pods use; taken only while there is an autoscaler. */
  podSamples: Delay
  /** From a pod's creation to its binding to a node. */
  scheduler: Delay
  /** From a change of a pod to the kubelet's next status of it. */
  kubelet: Delay
  /** From a change of a route, Gateway or GatewayClass to its status. */
  routeStatus: Delay
  /** From a change of a route to requests that follow it. */
  routeTraffic: Delay
  /** From a change of a Service or EndpointSlice to requests that follow it. */
  endpoints: Delay
}

export const defaultDelays: Delays = {
  deployment: 2,
  replicaSet: 2,
  statefulSet: 2,
  daemonSet: 2,
  job: 2,
  endpointSlice: 3,
  disruption: 5,
  garbageCollector: 5,
  namespace: 5,
  autoscaler: 15_000,
  podSamples: 15_000,
  scheduler: 3,
  kubelet: 2,
  routeStatus: 30,
  routeTraffic: 15,
  endpoints: 10,
}

export function draw(delay: Delay, random: () => number): number {
  return typeof delay === 'number' ? delay : delay[0] + random() * (delay[1] - delay[0])
}
