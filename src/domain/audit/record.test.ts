import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Call, dayOf, recordOfAnswer, recordOfFailures, recordOfRefusal } from './record.ts';

const CALL: Call = {
  at: Date.UTC(2026, 10, 30, 23, 59, 59, 999),
  account: '012345678910',
  caller: {
    arn: 'arn:aws:iam::012345678910:user/team/ann',
    accessKeyId: 'AKIAX',
    userId: 'AIDAX',
    userName: 'ann',
  },
  service: 'batch',
  operation: 'SubmitJob',
  region: 'us-east-1',
  sourceIp: '127.0.0.1',
  userAgent: 'aws-cli/2',
  requestId: 'r-1',
  input: { jobName: 'j', jobQueue: 'q', jobDefinition: 'd' },
  isRead: false,
};

test('A-189: a record has CloudTrail’s members, and is one line', () => {
  const line = recordOfAnswer(CALL, { jobName: 'j', jobId: 'i', jobArn: 'a' }, 'e-1');
  assert.ok(!line.includes('\n'));
  assert.deepEqual(JSON.parse(line), {
    eventVersion: '1.08',
    eventTime: '2026-11-30T23:59:59Z',
    userIdentity: {
      type: 'IAMUser',
      principalId: 'AIDAX',
      arn: 'arn:aws:iam::012345678910:user/team/ann',
      accountId: '012345678910',
      accessKeyId: 'AKIAX',
      userName: 'ann',
    },
    eventSource: 'batch.amazonaws.com',
    eventName: 'SubmitJob',
    awsRegion: 'us-east-1',
    sourceIPAddress: '127.0.0.1',
    userAgent: 'aws-cli/2',
    requestParameters: { jobName: 'j', jobQueue: 'q', jobDefinition: 'd' },
    responseElements: { jobName: 'j', jobId: 'i', jobArn: 'a' },
    requestID: 'r-1',
    eventID: 'e-1',
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: '012345678910',
  });
  assert.equal(dayOf(line), '2026-11-30');
});

test('A-189: root and role sessions are told as CloudTrail tells them', () => {
  const identity = (caller: Call['caller']) =>
    JSON.parse(recordOfAnswer({ ...CALL, caller }, {}, 'e')).userIdentity;
  assert.deepEqual(identity({ arn: 'arn:aws:iam::012345678910:root', accessKeyId: 'AK' }), {
    type: 'Root',
    principalId: '012345678910',
    arn: 'arn:aws:iam::012345678910:root',
    accountId: '012345678910',
    accessKeyId: 'AK',
  });
  const arn = 'arn:aws:sts::012345678910:assumed-role/ci/build-7';
  const { type, principalId, sessionContext } = identity({
    arn,
    accessKeyId: 'ASIA',
    userId: 'AROAX:build-7',
  });
  assert.deepEqual([type, principalId], ['AssumedRole', 'AROAX:build-7']);
  assert.deepEqual(sessionContext.sessionIssuer, {
    type: 'Role',
    principalId: 'AROAX',
    arn: 'arn:aws:iam::012345678910:role/ci',
    accountId: '012345678910',
    userName: 'ci',
  });
});

test('A-189: a refusal has its code and text, and nothing of what was asked; a read no answer', () => {
  const refused = JSON.parse(recordOfRefusal(CALL, { type: 'AccessDeniedException', message: 'no' }, 'e'));
  assert.deepEqual(
    [refused.errorCode, refused.errorMessage, refused.requestParameters, refused.responseElements],
    ['AccessDeniedException', 'no', null, null],
  );
  const read = JSON.parse(recordOfAnswer({ ...CALL, isRead: true }, { jobs: [] }, 'e'));
  assert.deepEqual([read.responseElements, read.readOnly], [null, true]);
});

test('A-190: what is larger than 8 KiB is left out, but policies', () => {
  const large = { jobName: 'x'.repeat(9000) };
  const { requestParameters } = JSON.parse(recordOfAnswer({ ...CALL, input: large }, {}, 'e'));
  assert.deepEqual(requestParameters, { omitted: true, originalSize: 9014, reason: 'too large' });
  const PolicyDocument = JSON.stringify({ Statement: 'x'.repeat(9000) });
  const put = { ...CALL, service: 'iam', operation: 'PutUserPolicy', input: { PolicyDocument } };
  assert.equal(
    JSON.parse(recordOfAnswer(put, undefined, 'e')).requestParameters.policyDocument,
    PolicyDocument,
  );
});

test('A-189: whatever bytes a name, an address or an agent has, a line stays one line of JSON', () => {
  const odd = 'a"\\\n\u2028\u0000\ud800😀';
  const call = { ...CALL, userAgent: odd.repeat(1000), sourceIp: odd, operation: odd, input: { [odd]: odd } };
  const line = recordOfAnswer(call, { [odd]: odd }, 'e');
  assert.doesNotMatch(line, /[\n\r\u2028\u2029]/);
  const read = JSON.parse(line);
  assert.deepEqual(read.requestParameters, { [odd]: odd });
  assert.equal(read.userAgent.length, 1024);
});

test('A-191: failed signatures are one record with their count', () => {
  const failed = { at: 0, account: '0', accessKeyId: 'AK', sourceIp: '::1', errorCode: 'X', count: 7 };
  const line = recordOfFailures(failed, 'e');
  const read = JSON.parse(line);
  assert.deepEqual(
    [read.eventName, read.additionalEventData, read.userIdentity.accessKeyId],
    ['FailedSignatures', { count: 7 }, 'AK'],
  );
  assert.equal(dayOf(line), '1970-01-01');
});
