// What a shop asks of the service, as one iteration each; the profiles beside this file say how many a second.

import { check } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';

const base = __ENV.BASE_URL || 'http://127.0.0.1:3000';
const json = { 'Content-Type': 'application/json' };
const remembered = []; // of this virtual user: ids to read and to void
const REMEMBERED_MAX = 50;
const started = Date.now().toString(36); // keys of this run are no repetition of the last one's

// What is not told apart here must not be told apart by k6 either: each URL would be a series of its own.
function options(name, headers) {
  return { headers: headers || {}, tags: { name } };
}

function sell() {
  const number = exec.scenario.iterationInTest;
  const key = `${exec.scenario.name}-${started}-${number}`;
  const body = JSON.stringify({
    customer: `Customer ${number % 500}`,
    amount: (100 + (number % 9000)) / 100, // one division: a sum of fractions has digits that no currency has
    reference: key,
    items: [{ sku: `SKU-${number % 200}`, qt: 1 + (number % 3) }, { sku: `SKU-${(number * 7) % 200}`, qt: 1.5 }],
  });
  const answer = http.post(`${base}/invoices`, body, options('sell', { ...json, 'Idempotency-Key': key }));
  const sold = answered(answer, 201);
  if (sold && remembered.length < REMEMBERED_MAX) remembered.push(answer.json('id'));
}

function read() {
  if (remembered.length === 0) return sell();
  const id = remembered[Math.floor(Math.random() * remembered.length)];
  answered(http.get(`${base}/invoices/${id}`, options('read')), 200);
}

function list() {
  const customer = encodeURIComponent(`Customer ${Math.floor(Math.random() * 500)}`);
  answered(http.get(`${base}/invoices?customer=${customer}&sort=-date&limit=50`, options('list')), 200);
}

function look() {
  answered(http.get(`${base}/reports/current`, options('report')), 200);
}

function cancel() {
  if (remembered.length === 0) return sell();
  const id = remembered.shift();
  answered(http.post(`${base}/invoices/${id}/void`, '{"reason":"Returned"}', options('void', json)), 200);
}

// Shed is a right answer to too much load, and counted apart: the thresholds say where it is allowed.
function answered(answer, status) {
  const shed = answer.status === 503 && answer.headers['Retry-After'] !== undefined;
  check(answer, {
    'answered as the contract says': (got) => got.status === status || shed,
    'not shed': () => !shed,
  });
  if (answer.status !== status && !shed) console.error(`${answer.request.method} ${answer.url}: ${answer.status} ${answer.body}`);
  return answer.status === status;
}

// Of a hundred requests.
const mix = [[60, sell], [25, read], [9, list], [3, look], [3, cancel]];

export function visit() {
  let left = Math.random() * 100;
  for (const [share, act] of mix) {
    left -= share;
    if (left < 0) return act();
  }
  return sell();
}

export const right = { 'checks{check:answered as the contract says}': ['rate==1'] };
export const nothing_shed = { 'checks{check:not shed}': ['rate==1'] };
// The generator has sent all it should: else the latencies are those of a smaller load.
export const all_sent = { dropped_iterations: ['count==0'] };

export function latency(p95_ms, p99_ms) {
  return { http_req_duration: [`p(95)<${p95_ms}`, `p(99)<${p99_ms}`] };
}

export const summaryTrendStats = ['med', 'p(95)', 'p(99)', 'max', 'count'];
