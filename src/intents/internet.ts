import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import type { InternetTarget } from './client-intents';
import { readInternetPorts } from './target-port';
import { parseAddress, parseCidr } from '../model/cidr';
import type { FieldReader } from '../model/field-reader';

/**
 * Reads an `internet` object (otterize-operator 1.6 rules 10 to 12): at least one domain or address, each domain a
 * DNS name (a leading `*` allowed), each address an IP or a CIDR.
 */
export function readInternet(reader: FieldReader): InternetTarget {
  const domains = reader.strings('domains') ?? [];
  const ips = reader.strings('ips') ?? [];
  const ports = readInternetPorts(reader);
  reader.rejectUnknown();
  if (domains.length + ips.length === 0) {
    reader.problem([], `${reader.pathTo([])} names neither a domain nor an address, so it leads nowhere`, {
      mend: 'Write domains: [...] or ips: [...].',
    });
  }
  domains.forEach((domain, index) => {
    checkDomain(reader, domain, index);
  });
  ips.forEach((ip, index) => {
    checkIp(reader, ip, index);
  });
  return {
    type: 'internet',
    domains: [...new Set(domains)],
    ips: [...new Set(ips)],
    ports,
    place: reader.resource.place.at(reader.path),
  };
}

function checkDomain(reader: FieldReader, domain: string, index: number): void {
  const field = reader.pathTo(['domains', index]);
  if (isIP(domain) !== 0) {
    reader.problem(
      ['domains', index],
      `${field} is the address ${domain}, which no DNS answer will ever name`,
      {
        mend: 'Move it to ips.',
      },
    );
  } else if (!isDnsName(domain.startsWith('*.') ? domain.slice(2) : domain)) {
    reader.problem(['domains', index], `${field} is ${JSON.stringify(domain)}, which is not a DNS name`, {
      mend: 'Write api.example.com, or *.example.com for every name below one; without scheme, port or path.',
    });
  }
}

/** International names count by their ASCII form, as the webhook's IDNA check does (rule 11). */
function isDnsName(name: string): boolean {
  if (/[\s:/?#@\\%]/.test(name)) return false;
  const ascii = /^[\x21-\x7e]+$/.test(name) ? name : domainToASCII(name);
  const labels = ascii.replace(/\.$/, '').split('.');
  return (
    ascii.length <= 253 && labels.every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(label))
  );
}

function checkIp(reader: FieldReader, ip: string, index: number): void {
  const { reason } = ip.includes('/') ? parseCidr(ip, { hostBits: 'mask' }) : parseAddress(ip);
  if (reason === undefined) return;
  reader.problem(['ips', index], `${reader.pathTo(['ips', index])}: ${reason}`, {
    mend: 'Write an address such as 203.0.113.7 or a CIDR such as 203.0.113.0/24 or 2001:db8::/32.',
  });
}
