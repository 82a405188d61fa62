// Does it work at all: every kind of request, a few a second.

import { all_sent, latency, nothing_shed, right, summaryTrendStats, visit } from './shop.js';

export const options = {
  scenarios: {
    smoke: { executor: 'constant-arrival-rate', rate: 10, timeUnit: '1s', duration: '15s', preAllocatedVUs: 5, maxVUs: 20 },
  },
  thresholds: { ...right, ...nothing_shed, ...all_sent, ...latency(50, 200) },
  summaryTrendStats,
};

export default visit;
