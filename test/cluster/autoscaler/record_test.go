// What the replica calculator and the limits of Kubernetes answer, recorded: see record.ts, which puts this file beside their source.
package podautoscaler

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"testing"
	"time"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
	metricsclient "k8s.io/kubernetes/pkg/controller/podautoscaler/metrics"
)

type pod struct {
	Phase     string `json:"phase"`
	Deleting  bool   `json:"deleting,omitempty"`
	Ready     string `json:"ready,omitempty"`
	StartedS  int    `json:"startedS"`
	ReadyS    int    `json:"readyS"`
	SampledS  int    `json:"sampledS,omitempty"`
	WindowS   int    `json:"windowS,omitempty"`
	HasSample bool   `json:"hasSample,omitempty"`
	Use       int64  `json:"use,omitempty"`
	Request   int64  `json:"request"`
}

type question struct {
	Kind     string  `json:"kind"`
	Cpu      bool    `json:"cpu,omitempty"`
	Current  int32   `json:"current"`
	Status   int32   `json:"status,omitempty"`
	Target   int64   `json:"target"`
	Value    int64   `json:"value,omitempty"`
	Up       float64 `json:"up"`
	Down     float64 `json:"down"`
	Pods     []pod   `json:"pods,omitempty"`
	Replicas int32   `json:"replicas"`
	Average  int64   `json:"average"`
	Percent  int32   `json:"percent,omitempty"`
	Error    string  `json:"error,omitempty"`
}

type event struct {
	AgoS int   `json:"agoS"`
	Pods int32 `json:"pods"`
}

type limit struct {
	Behaviour *autoscalingv2.HorizontalPodAutoscalerBehavior `json:"behaviour,omitempty"`
	Min       int32                                          `json:"min"`
	Max       int32                                          `json:"max"`
	Current   int32                                          `json:"current"`
	Desired   int32                                          `json:"desired"`
	Past      []event                                        `json:"past"`
	Ups       []event                                        `json:"ups,omitempty"`
	Downs     []event                                        `json:"downs,omitempty"`
	Replicas  int32                                          `json:"replicas"`
	Able      string                                         `json:"able"`
	Limited   string                                         `json:"limited"`
	IsLimited bool                                           `json:"isLimited,omitempty"`
}

type answers struct {
	metrics metricsclient.PodMetricsInfo
	value   int64
}

func (a answers) copied() metricsclient.PodMetricsInfo {
	all := metricsclient.PodMetricsInfo{}
	for name, metric := range a.metrics {
		all[name] = metric
	}
	return all
}

func (a answers) GetResourceMetric(context.Context, v1.ResourceName, string, labels.Selector, string) (metricsclient.PodMetricsInfo, time.Time, error) {
	return a.copied(), time.Now(), nil
}

func (a answers) GetRawMetric(string, string, labels.Selector, labels.Selector) (metricsclient.PodMetricsInfo, time.Time, error) {
	return a.copied(), time.Now(), nil
}

func (a answers) GetObjectMetric(string, string, *autoscalingv2.CrossVersionObjectReference, labels.Selector) (int64, time.Time, error) {
	return a.value, time.Now(), nil
}

func (a answers) GetExternalMetric(string, string, labels.Selector) ([]int64, time.Time, error) {
	return []int64{a.value}, time.Now(), nil
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.Intn(len(from))] }

// Ages end in 5 seconds and limits in 0: the time that the recording takes decides nothing.
func age(r *rand.Rand, most int) int { return r.Intn(most/10)*10 + 5 }

func somePods(r *rand.Rand, target int64, troubled bool) []pod {
	var pods []pod
	level := pick(r, 0.3, 0.8, 0.9, 0.95, 1, 1.05, 1.1, 1.2, 2.5)
	for range r.Intn(12) + 1 {
		one := pod{Phase: "Running", Ready: "True", StartedS: 1005, ReadyS: 905, HasSample: true, SampledS: 5, WindowS: 30, Request: 1000}
		one.Use = int64(level*float64(target)) + int64(r.Intn(7)) - 3
		if troubled && r.Intn(3) == 0 {
			one.Phase = pick(r, "Running", "Running", "Running", "Pending", "Failed", "Succeeded")
			one.Deleting = r.Intn(8) == 0
			one.Ready = pick(r, "True", "True", "False", "Unknown", "")
			one.StartedS = age(r, 800)
			one.ReadyS = r.Intn(one.StartedS/10+1)*10 + 5
			one.HasSample = r.Intn(3) > 0
			one.SampledS = age(r, 60)
			one.WindowS = pick(r, 10, 30, 60)
			one.Request = int64(pick(r, 500, 1000, 1500))
		}
		if one.Use < 0 {
			one.Use = 0
		}
		pods = append(pods, one)
	}
	return pods
}

func ask(q *question) {
	now := time.Now()
	ago := func(s int) metav1.Time { return metav1.NewTime(now.Add(-time.Duration(s) * time.Second)) }
	indexer := cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc})
	source := answers{metrics: metricsclient.PodMetricsInfo{}, value: q.Value}
	for i, p := range q.Pods {
		name := fmt.Sprintf("pod-%d", i)
		started := ago(p.StartedS)
		object := &v1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "default"}, Status: v1.PodStatus{Phase: v1.PodPhase(p.Phase), StartTime: &started}}
		if p.Deleting {
			deleted := ago(1)
			object.DeletionTimestamp = &deleted
		}
		if p.Ready != "" {
			object.Status.Conditions = []v1.PodCondition{{Type: v1.PodReady, Status: v1.ConditionStatus(p.Ready), LastTransitionTime: ago(p.ReadyS)}}
		}
		request := v1.ResourceList{v1.ResourceCPU: *resource.NewMilliQuantity(p.Request, resource.DecimalSI), v1.ResourceMemory: *resource.NewMilliQuantity(p.Request, resource.DecimalSI)}
		object.Spec.Containers = []v1.Container{{Name: "web", Resources: v1.ResourceRequirements{Requests: request}}}
		_ = indexer.Add(object)
		if p.HasSample {
			source.metrics[name] = metricsclient.PodMetric{Timestamp: ago(p.SampledS).Time, Window: time.Duration(p.WindowS) * time.Second, Value: p.Use}
		}
	}
	calculator := NewReplicaCalculator(source, corelisters.NewPodLister(indexer), 5*time.Minute, 30*time.Second)
	tolerances := Tolerances{scaleUp: q.Up, scaleDown: q.Down}
	kind := v1.ResourceMemory
	if q.Cpu {
		kind = v1.ResourceCPU
	}
	var err error
	switch q.Kind {
	case "utilisation":
		q.Replicas, q.Percent, q.Average, _, err = calculator.GetResourceReplicas(context.Background(), q.Current, int32(q.Target), kind, tolerances, "default", labels.Everything(), "")
	case "average":
		q.Replicas, q.Average, _, err = calculator.GetRawResourceReplicas(context.Background(), q.Current, q.Target, kind, tolerances, "default", labels.Everything(), "")
	case "value":
		q.Replicas, q.Average, _, err = calculator.GetExternalMetricReplicas(q.Current, q.Target, "m", tolerances, "default", nil, labels.Everything())
	case "valuePerPod":
		q.Replicas, q.Average, _, err = calculator.GetExternalPerPodMetricReplicas(q.Status, q.Target, "m", tolerances, "default", nil)
	}
	if err != nil {
		q.Error = err.Error()
	}
}

func questions(r *rand.Rand) []*question {
	var all []*question
	for i := range 300 {
		q := &question{Kind: pick(r, "utilisation", "utilisation", "average", "average", "value", "valuePerPod"), Cpu: r.Intn(2) == 0, Up: 0.1, Down: 0.1}
		if r.Intn(5) == 0 {
			q.Up, q.Down = pick(r, 0, 0.05, 0.5), pick(r, 0, 0.05, 0.5)
		}
		q.Target = pick[int64](r, 30, 50, 80, 120, 150)
		use := q.Target * 10
		if q.Kind != "utilisation" {
			q.Target = pick[int64](r, 250, 999, 100_000, 64<<20*1000)
			use = q.Target
		}
		q.Pods = somePods(r, use, i%3 > 0)
		q.Current = int32(len(q.Pods) + r.Intn(3) - 1)
		if q.Kind == "value" || q.Kind == "valuePerPod" {
			q.Status = max(1, q.Current)
			q.Value = int64(pick(r, 0, 0.5, 0.89, 0.9, 0.95, 1.0999, 1.1, 1.3, 3) * float64(q.Target))
			if q.Kind == "valuePerPod" {
				q.Value *= int64(q.Status)
				q.Pods = nil
			}
		}
		ask(q)
		all = append(all, q)
	}
	return all
}

func someRules(r *rand.Rand, up bool) *autoscalingv2.HPAScalingRules {
	rules := &autoscalingv2.HPAScalingRules{}
	policy := pick(r, autoscalingv2.MaxChangePolicySelect, autoscalingv2.MaxChangePolicySelect, autoscalingv2.MinChangePolicySelect, autoscalingv2.DisabledPolicySelect)
	rules.SelectPolicy = &policy
	if up || r.Intn(2) == 0 {
		window := pick[int32](r, 0, 60, 300)
		rules.StabilizationWindowSeconds = &window
	}
	for range r.Intn(2) + 1 {
		rules.Policies = append(rules.Policies, autoscalingv2.HPAScalingPolicy{
			Type: pick(r, autoscalingv2.PodsScalingPolicy, autoscalingv2.PercentScalingPolicy), Value: pick[int32](r, 1, 4, 10, 35, 100), PeriodSeconds: pick[int32](r, 10, 60, 600)})
	}
	return rules
}

func someEvents(r *rand.Rand, most int) []event {
	var events []event
	for range r.Intn(most) {
		events = append(events, event{AgoS: age(r, 700), Pods: int32(r.Intn(5) + 1)})
	}
	return events
}

func stamp(events []event) (recommendations []timestampedRecommendation, scales []timestampedScaleEvent) {
	for _, e := range events {
		at := time.Now().Add(-time.Duration(e.AgoS) * time.Second)
		recommendations = append(recommendations, timestampedRecommendation{e.Pods, at})
		scales = append(scales, timestampedScaleEvent{e.Pods, at, false})
	}
	return
}

func limits(r *rand.Rand) []*limit {
	var all []*limit
	for range 300 {
		l := &limit{Min: int32(r.Intn(4) + 1), Current: int32(r.Intn(30) + 4), Desired: int32(r.Intn(60))}
		l.Max = l.Current + int32(r.Intn(30))
		for range r.Intn(5) {
			l.Past = append(l.Past, event{AgoS: age(r, 700), Pods: l.Desired + int32(r.Intn(21)) - 10})
		}
		if r.Intn(3) > 0 {
			l.Behaviour = &autoscalingv2.HorizontalPodAutoscalerBehavior{ScaleUp: someRules(r, true), ScaleDown: someRules(r, false)}
			l.Ups, l.Downs = someEvents(r, 4), someEvents(r, 4)
		}
		hpa := &autoscalingv2.HorizontalPodAutoscaler{Spec: autoscalingv2.HorizontalPodAutoscalerSpec{MinReplicas: &l.Min, MaxReplicas: l.Max, Behavior: l.Behaviour.DeepCopy()}}
		recommendations, _ := stamp(l.Past)
		_, ups := stamp(l.Ups)
		_, downs := stamp(l.Downs)
		controller := &HorizontalController{
			downscaleStabilisationWindow: 5 * time.Minute,
			recommendations:              map[string][]timestampedRecommendation{"key": recommendations},
			scaleUpEvents:                map[string][]timestampedScaleEvent{"key": ups},
			scaleDownEvents:              map[string][]timestampedScaleEvent{"key": downs},
		}
		if l.Behaviour == nil {
			l.Replicas = controller.normalizeDesiredReplicas(hpa, "key", l.Current, l.Desired, l.Min)
		} else {
			l.Replicas = controller.normalizeDesiredReplicasWithBehaviors(hpa, "key", l.Current, l.Desired, l.Min)
		}
		for _, condition := range hpa.Status.Conditions {
			if condition.Type == autoscalingv2.AbleToScale {
				l.Able = condition.Reason
			} else {
				l.Limited, l.IsLimited = condition.Reason, condition.Status == v1.ConditionTrue
			}
		}
		all = append(all, l)
	}
	return all
}

func TestRecord(t *testing.T) {
	r := rand.New(rand.NewSource(36))
	lines := func(name string, count int, at func(int) any) {
		file, err := os.Create(os.Getenv("RECORD_FOLDER") + "/" + name)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		for i := range count {
			line, _ := json.Marshal(at(i))
			fmt.Fprintf(file, "%s\n", line)
		}
	}
	asked, limited := questions(r), limits(r)
	lines("hpaFormula.jsonl", len(asked), func(i int) any { return asked[i] })
	lines("hpaLimits.jsonl", len(limited), func(i int) any { return limited[i] })
}
