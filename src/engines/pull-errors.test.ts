import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Outlook, outlookOf } from './pull-errors.ts';

/** An image, what the daemon says of its pull, and what that promises. */
const CASES: readonly (readonly [string, string, Outlook])[] = [
  ['x', 'toomanyrequests: You have reached your pull rate limit.', 'busy'],
  ['h:5000/x', 'Get "http://h:5000/v2/": dial tcp 127.0.0.1:5000: connect: connection refused', 'away'],
  ['h/x', 'Get "https://h/v2/": dial tcp: lookup h on 127.0.0.53:53: no such host', 'away'],
  ['x', 'received unexpected HTTP status: 503 Service Unavailable', 'busy'],
  [
    'x',
    'Head "https://registry-1.docker.io/v2/library/x/manifests/latest": net/http: TLS handshake timeout',
    'busy',
  ],
  ['x', 'error pulling image configuration: unexpected EOF', 'away'],
  ['h/x:v1', 'manifest for h/x:v1 not found: manifest unknown: manifest unknown', 'final'],
  ['x', "pull access denied for x, repository does not exist or may require 'docker login'", 'final'],
  ['h/x', 'Head "https://h/v2/x/manifests/latest": unauthorized: authentication required', 'final'],
  ['x:1', 'failed to resolve reference "docker.io/library/x:1": docker.io/library/x:1: not found', 'final'],
  ['x', 'no matching manifest for linux/s390x in the manifest list entries', 'final'],
  [
    'x',
    'Head "https://registry-1.docker.io/v2/library/x/manifests/latest": received unexpected HTTP status: 521',
    'busy',
  ],
  ['x', 'unexpected status from HEAD request to https://r/v2/: 429 Too Many Requests', 'busy'],
  ['h/x', 'dial tcp: lookup h on 10.0.0.2:53: read udp 10.0.0.3:5->10.0.0.2:53: i/o timeout', 'away'],
  ['h/x', 'dial tcp 10.0.0.9:443: i/o timeout', 'busy'],
  ['h/x', 'dial tcp: lookup h: Temporary failure in name resolution', 'away'],
  ['h/x', 'dial tcp 10.0.0.9:443: connect: no route to host', 'away'],
  ['h/x', 'dial tcp 10.0.0.9:443: connect: network is unreachable', 'away'],
  // names that hold the words of the other kind
  ['h/timeout:503', 'manifest for h/timeout:503 not found: manifest unknown', 'final'],
  [
    'h/timeout',
    'no matching manifest for linux/s390x in the manifest list entries of h/timeout:latest',
    'final',
  ],
  [
    'unavailable.example.com/x',
    'Get "https://unavailable.example.com/v2/": x509: unknown authority',
    'final',
  ],
  ['denied', 'Get "https://registry-1.docker.io/v2/library/denied/manifests/latest": unexpected EOF', 'away'],
  ['denied.example.com/x', 'Get "https://denied.example.com/v2/": connect: connection refused', 'away'],
  ['denied.example.com:5000/x', 'dial tcp: lookup denied.example.com:5000 no such host', 'away'],
  [
    'a/not/unauthorized',
    'pulling a/not/unauthorized@sha256:00: received unexpected HTTP status: 502 Bad Gateway',
    'busy',
  ],
  ['timeout', 'invalid platform for timeout, which has none', 'final'],
  ['timeout', '"timeout:v1" is no image', 'final'],
  // and words that are no name, though one sounds like them
  ['timeout', 'net/http: TLS handshake timeout', 'busy'],
  ['denied', 'requested access to the resource is denied', 'final'],
];

for (const [image, message, outlook] of CASES) {
  test(`of ${image}, '${message}' is ${outlook}`, () => assert.equal(outlookOf(message, image), outlook));
}
