import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPassing } from './pull-errors.ts';

/** An image, what the daemon says of its pull, and whether that may pass. */
const CASES: readonly (readonly [string, string, boolean])[] = [
  ['x', 'toomanyrequests: You have reached your pull rate limit.', true],
  ['h:5000/x', 'Get "http://h:5000/v2/": dial tcp 127.0.0.1:5000: connect: connection refused', true],
  ['h/x', 'Get "https://h/v2/": dial tcp: lookup h on 127.0.0.53:53: no such host', true],
  ['x', 'received unexpected HTTP status: 503 Service Unavailable', true],
  [
    'x',
    'Head "https://registry-1.docker.io/v2/library/x/manifests/latest": net/http: TLS handshake timeout',
    true,
  ],
  ['x', 'error pulling image configuration: unexpected EOF', true],
  ['h/x:v1', 'manifest for h/x:v1 not found: manifest unknown: manifest unknown', false],
  ['x', "pull access denied for x, repository does not exist or may require 'docker login'", false],
  ['h/x', 'Head "https://h/v2/x/manifests/latest": unauthorized: authentication required', false],
  ['x:1', 'failed to resolve reference "docker.io/library/x:1": docker.io/library/x:1: not found', false],
  ['x', 'no matching manifest for linux/s390x in the manifest list entries', false],
  // names that hold the words of the other kind
  ['h/timeout:503', 'manifest for h/timeout:503 not found: manifest unknown', false],
  [
    'h/timeout',
    'no matching manifest for linux/s390x in the manifest list entries of h/timeout:latest',
    false,
  ],
  ['unavailable.example.com/x', 'Get "https://unavailable.example.com/v2/": x509: unknown authority', false],
  ['denied', 'Get "https://registry-1.docker.io/v2/library/denied/manifests/latest": unexpected EOF', true],
  ['denied.example.com/x', 'Get "https://denied.example.com/v2/": connect: connection refused', true],
  ['denied.example.com:5000/x', 'dial tcp: lookup denied.example.com:5000 no such host', true],
  [
    'a/not/unauthorized',
    'pulling a/not/unauthorized@sha256:00: received unexpected HTTP status: 502 Bad Gateway',
    true,
  ],
  ['timeout', 'invalid platform for timeout, which has none', false],
  ['timeout', '"timeout:v1" is no image', false],
  // and words that are no name, though one sounds like them
  ['timeout', 'net/http: TLS handshake timeout', true],
  ['denied', 'requested access to the resource is denied', false],
];

for (const [image, message, passes] of CASES) {
  test(`of ${image}, '${message}' ${passes ? 'may pass' : 'stays so'}`, () => {
    assert.equal(isPassing(message, image), passes);
  });
}
