import type { EndpointAddressInput, EndpointsInput } from '../../model/object.ts';
import { withoutUndefined } from '../../lib/without-undefined.ts';
import { defaultPort } from '../endpoint-slice/defaults.ts';
import type { Content } from '../kind.ts';

/** Fills Endpoints. */
export function applyDefaults({ subsets = [] }: EndpointsInput): Content<'Endpoints'> {
  return {
    subsets: subsets.map(({ addresses = [], notReadyAddresses = [], ports = [] }) => ({
      addresses: addresses.map(defaultAddress), notReadyAddresses: notReadyAddresses.map(defaultAddress), ports: ports.map(defaultPort),
    })),
  };
}

function defaultAddress(input: EndpointAddressInput): EndpointAddressInput {
  return withoutUndefined(input);
}
