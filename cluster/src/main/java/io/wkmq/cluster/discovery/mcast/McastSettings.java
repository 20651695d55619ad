package io.wkmq.cluster.discovery.mcast;

import java.util.List;

/**
 * What the multicast strategy needs to know.
 *
 * @param cluster the name; beacons of other clusters are not followed
 * @param cookie the secret that beacons are signed with; may be empty, and then anybody can sign
 * @param group the group's address
 * @param ports the first free one is bound, all are sent to
 * @param networkInterface an address or a name of the interface; {@code 0.0.0.0} or {@code ::} for all
 * @param ttl how many routers a beacon passes
 * @param loop whether nodes of the same host hear it
 */
public record McastSettings(
        String cluster,
        String cookie,
        String group,
        List<Integer> ports,
        String networkInterface,
        int ttl,
        boolean loop) {
    /** Takes an immutable copy of the ports. */
    public McastSettings {
        ports = List.copyOf(ports);
    }

    @Override
    public String toString() {
        return "McastSettings[cluster=" + cluster + ", cookie=***, group=" + group + ", ports=" + ports
                + ", networkInterface=" + networkInterface + ", ttl=" + ttl + ", loop=" + loop + ']';
    }
}
