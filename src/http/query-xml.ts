import { xml } from './protocol.ts';

const NAMESPACES = {
  iam: 'https://iam.amazonaws.com/doc/2010-05-08/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
} as const;

/** An answer of the query protocol: rules. Without a value there is no Result. */
export const answerXml = (
  service: keyof typeof NAMESPACES,
  operation: string,
  value: unknown,
  requestId: string,
): string => {
  const result = value === undefined ? '' : `<${operation}Result>${contentOf(value)}</${operation}Result>`;
  return (
    `<${operation}Response xmlns="${NAMESPACES[service]}">${result}` +
    `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`
  );
};

const contentOf = (value: unknown): string => {
  if (Array.isArray(value)) return value.map((one) => `<member>${contentOf(one)}</member>`).join('');
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([name, inner]) => `<${name}>${contentOf(inner)}</${name}>`)
      .join('');
  return xml(String(value));
};
