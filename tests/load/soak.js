// The average day for as long as SOAK says (default 10 minutes; 8h is a night): what leaks or fills up shows late.

import { all_sent, latency, nothing_shed, right, summaryTrendStats, visit } from './shop.js';

export const options = {
  scenarios: {
    soak: {
      executor: 'constant-arrival-rate', rate: 50, timeUnit: '1s', duration: __ENV.SOAK || '10m',
      preAllocatedVUs: 20, maxVUs: 100,
    },
  },
  thresholds: { ...right, ...nothing_shed, ...all_sent, ...latency(50, 200) },
  summaryTrendStats,
};

export default visit;
