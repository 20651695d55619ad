package io.wkmq.cluster.hazelcast;

import com.hazelcast.cluster.Address;
import com.hazelcast.cluster.Member;
import io.wkmq.cluster.membership.Peer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Converts Hazelcast members to peers. Stateless. */
final class Members {
    private static final Logger LOG = LoggerFactory.getLogger(Members.class);

    private Members() {}

    /** Returns the members in the order in which they joined, with their addresses. */
    static Map<Peer, Address> read(Collection<? extends Member> members) {
        Map<Peer, Address> read = new LinkedHashMap<>();
        for (Member member : members) {
            try {
                read.put(PeerAttributes.read(member.getAttributes()), member.getAddress());
            } catch (IllegalArgumentException e) {
                // The leader of the cluster refuses such members, and logs it.
                LOG.debug(
                        "A member is no node of this broker, address={} reason={}",
                        member.getAddress(),
                        e.getMessage());
            }
        }
        return read;
    }

    static List<Peer> peers(Collection<? extends Member> members) {
        return new ArrayList<>(read(members).keySet());
    }
}
