// The hour before closing: from the average to eight times it, and it stays there.

import { all_sent, latency, nothing_shed, right, summaryTrendStats, visit } from './shop.js';

export const options = {
  scenarios: {
    peak: {
      executor: 'ramping-arrival-rate', startRate: 50, timeUnit: '1s', preAllocatedVUs: 50, maxVUs: 300,
      stages: [{ target: 400, duration: '20s' }, { target: 400, duration: '40s' }],
    },
  },
  thresholds: { ...right, ...nothing_shed, ...all_sent, ...latency(100, 300) },
  summaryTrendStats,
};

export default visit;
