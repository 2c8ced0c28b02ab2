import { queryOptions } from '@tanstack/react-query';
import { failureOf } from '@/lib/api/client';

/** The parts of an OpenAPI 3.1 document that are read here. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  pattern?: string;
  default?: unknown;
  example?: unknown;
  examples?: unknown[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  required?: string[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
}

export interface Parameter {
  name: string;
  in: string;
  description?: string;
  required?: boolean;
  schema?: Schema;
}

export interface Media {
  schema?: Schema;
  example?: unknown;
  examples?: Record<string, { value?: unknown }>;
}

type Security = Record<string, string[]>[];

export interface Operation {
  tags?: string[];
  summary?: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: { description?: string; content: Record<string, Media> };
  responses?: Record<string, { description?: string; content?: Record<string, Media> }>;
  security?: Security;
}

export interface Scheme {
  type: string;
  in?: string;
  name?: string;
  scheme?: string;
  description?: string;
}

export interface Document {
  openapi: string;
  info: { title: string; version: string; description?: string };
  tags?: { name: string; description?: string }[];
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema>; securitySchemes?: Record<string, Scheme> };
  security?: Security;
}

export const documentUrl = '/api/v1/openapi.json';

async function fetchDocument(signal: AbortSignal): Promise<Document> {
  const response = await fetch(documentUrl, { signal });
  if (!response.ok) throw failureOf(response, null);
  return response.json() as Promise<Document>;
}

export const documentQuery = queryOptions({
  queryKey: ['openapi'],
  queryFn: ({ signal }) => fetchDocument(signal),
  staleTime: Number.POSITIVE_INFINITY,
});

/** One call: a method at a path. */
export interface Call {
  id: string;
  method: string;
  path: string;
  operation: Operation;
}

export interface Group {
  name: string;
  description: string | undefined;
  calls: Call[];
}

const methods = ['get', 'post', 'put', 'patch', 'delete'];

/** The calls by their first tag, in the order of the document's tags, then of their paths. */
export function groupsOf({ paths, tags = [] }: Document): Group[] {
  const groups = new Map<string, Group>();
  for (const { name, description } of tags) groups.set(name, { name, description, calls: [] });
  for (const [path, item] of Object.entries(paths)) {
    for (const method of methods) {
      const operation = item[method];
      if (!operation) continue;
      const name = operation.tags?.[0] ?? 'other';
      const group = groups.get(name) ?? { name, description: undefined, calls: [] };
      groups.set(name, group);
      const id = `${method}-${path.replace(/[^a-z0-9]+/gi, '-')}`;
      group.calls.push({ id, method: method.toUpperCase(), path, operation });
    }
  }
  return [...groups.values()].filter((group) => group.calls.length > 0);
}

/** The name that a reference leads to. */
export function nameOf(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1);
}

const liveRoots = ['WsMessage', 'ClientMessage'];

/** The shapes of the live messages: the envelopes, and what these are put together from. */
export function liveNames({ components }: Document): string[] {
  const schemas = components?.schemas ?? {};
  const names = liveRoots.filter((name) => schemas[name]);
  for (const name of [...names]) {
    for (const part of schemas[name]?.allOf ?? []) {
      if (part.$ref) names.push(nameOf(part.$ref));
    }
  }
  return [...new Set(names)];
}

/** What a value of this kind must keep to, in a few words each. */
export function limitsOf(schema: Schema): string[] {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, pattern, format } = schema;
  const range = (least: number | undefined, most: number | undefined, unit: string) => {
    if (least !== undefined && most !== undefined) return [`${least}–${most}${unit}`];
    if (least !== undefined) return [`≥ ${least}${unit}`];
    return most === undefined ? [] : [`≤ ${most}${unit}`];
  };
  return [
    ...(format ? [format] : []),
    ...range(minimum, maximum, ''),
    ...range(minLength, maxLength, ' characters'),
    ...range(minItems, maxItems, ' items'),
    ...(pattern ? [pattern] : []),
  ];
}

/** An example that a body or answer comes with; undefined where there is none. */
export function exampleOf(media: Media): unknown {
  if (media.example !== undefined) return media.example;
  const [first] = Object.values(media.examples ?? {});
  return first?.value;
}
