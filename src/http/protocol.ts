import type { Refusal } from '../domain/refusal.ts';

/** How a service spells its answers and errors on the wire. */
export interface Protocol {
  readonly contentType: string;
  answer(value: unknown, requestId: string): string;
  error(refusal: Refusal, requestId: string): string;
}

/** The text of a refusal; validation texts carry the service's prefix and the request's id (W-023). */
const spelled = (refusal: Refusal, requestId: string): string =>
  refusal.wrapped
    ? `Error executing request, Exception : ${refusal.message}, RequestId: ${requestId}`
    : refusal.message;

/** AWS Batch: the error's type stands in a header (W-021, W-022). */
export const restJson: Protocol = {
  contentType: 'application/json',
  answer: (value) => JSON.stringify(value),
  error: (refusal, requestId) => JSON.stringify({ message: spelled(refusal, requestId) }),
};

/** CloudWatch Logs and ECS: the error's type stands in the body (W-084). */
export const json11: Protocol = {
  contentType: 'application/x-amz-json-1.1',
  answer: (value) => JSON.stringify(value),
  error: (refusal, requestId) =>
    JSON.stringify({
      __type: refusal.type,
      message: spelled(refusal, requestId),
      // clients of the one read the one, clients of the other the other
      ...(refusal.type === 'AccessDeniedException' && { Message: spelled(refusal, requestId) }),
    }),
};

/** STS and its like: form in, XML out (W-112, W-113). */
export const queryXml: Protocol = {
  contentType: 'text/xml',
  answer: (value) => String(value),
  error: (refusal, requestId) =>
    `<ErrorResponse><Error><Type>Sender</Type><Code>${xml(refusal.type)}</Code><Message>${xml(refusal.message)}` +
    `</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
};

/** EC2 has a form of its own for errors. */
export const ec2Xml: Protocol = {
  contentType: 'text/xml',
  answer: (value) => String(value),
  error: (refusal, requestId) =>
    `<Response><Errors><Error><Code>${xml(refusal.type)}</Code><Message>${xml(refusal.message)}</Message></Error></Errors>` +
    `<RequestID>${requestId}</RequestID></Response>`,
};

/** S3's errors stand alone. */
export const s3Xml: Protocol = {
  contentType: 'application/xml',
  answer: (value) => String(value),
  error: (refusal, requestId) =>
    `<Error><Code>${xml(refusal.type)}</Code><Message>${xml(refusal.message)}</Message><RequestId>${requestId}</RequestId></Error>`,
};

/** What XML cannot hold in any form is shown as unreadable. */
const NOT_IN_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

export const xml = (text: string): string =>
  text
    .toWellFormed()
    .replace(NOT_IN_XML, '\ufffd')
    .replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
