package io.wkmq.cluster.discovery.mcast;

import io.wkmq.cluster.security.Cookie;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the multicast strategy.
 *
 * @param cluster the cluster's name; beacons of other clusters are ignored
 * @param cookie the secret that beacons are signed with; null for none
 * @param group the group's address
 * @param ports the ports: the first free one is bound, beacons are sent to all
 * @param networkInterface the address or name of an interface; {@code 0.0.0.0} or {@code ::} for all
 * @param ttl how many routers a beacon passes
 * @param loop whether nodes of the same host receive it
 */
public record McastSettings(
        String cluster,
        @Nullable Cookie cookie,
        String group,
        List<Integer> ports,
        String networkInterface,
        int ttl,
        boolean loop) {
    /** Makes an immutable copy of the ports. */
    public McastSettings {
        ports = List.copyOf(ports);
    }
}
