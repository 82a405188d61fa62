// A hundred times the calm within two seconds, and back. Shedding is allowed while it lasts, and nothing else; before
// and afterwards all is calm.

import { latency, right, summaryTrendStats, visit } from './shop.js';

const calm = { executor: 'constant-arrival-rate', rate: 20, timeUnit: '1s', preAllocatedVUs: 10, maxVUs: 100 };

export const options = {
  scenarios: {
    before: { ...calm, duration: '10s' },
    spike: {
      executor: 'ramping-arrival-rate', startRate: 20, timeUnit: '1s', startTime: '10s', preAllocatedVUs: 100, maxVUs: 500,
      stages: [{ target: 2000, duration: '2s' }, { target: 2000, duration: '10s' }, { target: 20, duration: '2s' }],
    },
    after: { ...calm, startTime: '25s', duration: '15s' },
  },
  thresholds: {
    ...right,
    ...latency(2000, 5000),
    'http_req_duration{scenario:before}': ['p(99)<200'],
    'http_req_duration{scenario:after}': ['p(99)<200'],
    'checks{check:not shed,scenario:after}': ['rate==1'],
  },
  summaryTrendStats,
};

export default visit;
