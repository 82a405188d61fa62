// An average day, a minute of it: 50 requests a second, which would be 4.3 million a day.

import { all_sent, latency, nothing_shed, right, summaryTrendStats, visit } from './shop.js';

export const options = {
  scenarios: {
    average_day: {
      executor: 'constant-arrival-rate', rate: 50, timeUnit: '1s', duration: '60s', preAllocatedVUs: 20, maxVUs: 100,
    },
  },
  thresholds: { ...right, ...nothing_shed, ...all_sent, ...latency(50, 200) },
  summaryTrendStats,
};

export default visit;
