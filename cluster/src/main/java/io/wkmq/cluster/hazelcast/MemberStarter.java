package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.security.ClusterFront;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts this node's members.
 *
 * @param settings how it takes part in the cluster
 * @param self how it announces itself
 * @param search where it looks for others
 * @param wire takes what they send
 * @param door decides about their connections
 * @param events hears what happens to the member
 */
record MemberStarter(MemberSettings settings, Peer self, Search search, Wire wire, Door door, MemberEvents events)
        implements IntFunction<HazelcastMember> {
    private static final Logger LOG = LoggerFactory.getLogger(MemberStarter.class);

    /** How long a node that no cluster takes stays alone before it looks for others again. */
    private static final Duration REST = Duration.ofSeconds(30);

    /**
     * Checks that not everybody could join where this node takes members.
     *
     * @throws IllegalStateException with the reason
     */
    void requireSafe(ClusterFront front) {
        try {
            for (InetAddress address : InetAddress.getAllByName(settings.bindHost())) {
                String unsafe = front.unsafeAt(address);
                if (unsafe != null) {
                    throw new IllegalStateException(unsafe);
                }
            }
        } catch (UnknownHostException e) {
            throw new IllegalStateException(
                    "The host " + settings.bindHost()
                            + " on which to take other nodes is unknown; expected one of this machine's",
                    e);
        }
    }

    /** With others if they let it, else alone. */
    @Override
    public HazelcastMember apply(int number) {
        try {
            return start(2 * number);
        } catch (IllegalStateException e) {
            if (search.seeds().isEmpty()) {
                throw e;
            }
            LOG.warn("This node starts alone because it could not join others: {}", e.getMessage());
            search.rest(REST);
            return start(2 * number + 1);
        }
    }

    private HazelcastMember start(int number) {
        return HazelcastMember.start(number, settings, self, search, wire, door, events);
    }
}
