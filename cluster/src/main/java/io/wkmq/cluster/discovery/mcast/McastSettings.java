package io.wkmq.cluster.discovery.mcast;

import io.wkmq.cluster.security.Cookie;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the multicast strategy needs to know.
 *
 * @param cluster the name; beacons of other clusters are not followed
 * @param cookie what beacons are signed with; null for nothing that is secret
 * @param group the group's address
 * @param ports the first free one is bound, all are sent to
 * @param networkInterface an address or a name of the interface; {@code 0.0.0.0} or {@code ::} for all
 * @param ttl how many routers a beacon passes
 * @param loop whether nodes of the same host hear it
 */
public record McastSettings(
        String cluster,
        @Nullable Cookie cookie,
        String group,
        List<Integer> ports,
        String networkInterface,
        int ttl,
        boolean loop) {
    /** Takes an immutable copy of the ports. */
    public McastSettings {
        ports = List.copyOf(ports);
    }
}
