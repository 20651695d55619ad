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
 * @param settings how the node takes part in the cluster
 * @param self how the node announces itself
 * @param search where the node looks for others
 * @param wire receives what other members send
 * @param door decides about connections between nodes
 * @param events receives the events of the member
 */
record MemberStarter(MemberSettings settings, Peer self, Search search, Wire wire, Door door, MemberEvents events)
        implements IntFunction<HazelcastMember> {
    private static final Logger LOG = LoggerFactory.getLogger(MemberStarter.class);

    /** How long a node that no cluster accepts stays alone before it looks for others again. */
    private static final Duration REST = Duration.ofSeconds(30);

    /**
     * Checks that the address on which this node accepts members is not open to everybody.
     *
     * @throws IllegalStateException if it is; the message gives the reason
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

    /** Starts a member that joins others; if that fails, one that stays alone for {@link #REST}. */
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
