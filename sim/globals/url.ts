// url: the parts of an address. Source: libs/network/jswrap_http.c of Espruino 2v29.

import type { Realm } from '../realm/realm.js';

const ADDRESS = /^(?:([a-z]+:)\/\/)?([^/:?]*)(?::(\d+))?([^?]*)(\?.*)?$/;

interface AddressParts {
  /** With its colon. */
  protocol?: string;
  host?: string;
  port?: string;
  pathname?: string;
  /** With its question mark. */
  search?: string;
}

/** Without those that the text has not; without any if it is no address. */
export function addressParts(text: string): AddressParts {
  const [, protocol, host, port, path, search] = ADDRESS.exec(text) ?? [];
  return { protocol, host, port, pathname: path || undefined, search };
}

export function installURL(realm: Realm): void {
  const { parts } = realm;
  realm.installNamespace('url', {
    parse(text: unknown, parsesQuery: unknown) {
      const { protocol, host, port, pathname = '/', search } = addressParts(String(text));
      const query = search === undefined ? null : search.slice(1);
      return realm.object({
        ...(protocol === undefined ? {} : { protocol }),
        method: 'GET',
        host: host ?? '',
        path: pathname + (search ?? ''),
        pathname,
        search: search ?? null,
        port: port === undefined ? null : Number(port),
        query: query !== null && parsesQuery ? parts.object(fieldsOf(query)) : query,
      });
    },
  });
}

function fieldsOf(query: string): [string, string][] {
  return query.split('&').map((field) => {
    const [key, value = ''] = field.split('=');
    return [decoded(key), decoded(value)];
  });
}

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz';

/** A text has bytes, of which those that are no plain letters, digits or marks are escaped. */
export function encodedURI(text: string): string {
  return text.replace(
    /[^A-Za-z0-9\-_.!~*'()]/g,
    (character) => `%${(character.charCodeAt(0) & 255).toString(16).padStart(2, '0').toUpperCase()}`,
  );
}

/**
 * Decodes percent signs. The two characters after one are taken for digits, whatever they are. Source: `chtod`, src/jsutils.c of Espruino
 * 2v29.
 */
export function decodedURI(text: string): string {
  return text.replace(/%(.?)(.?)/gs, (_, high: string, low: string) => {
    const [first, second] = [high, low].map((each) => (each === '' ? -1 : DIGITS.indexOf(each.toLowerCase())));
    return String.fromCharCode(((first << 4) | second) & 255);
  });
}

function decoded(text: string): string {
  return text
    .replace(/\+/g, ' ')
    .replace(/%([\da-f]{2})/gi, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)));
}
