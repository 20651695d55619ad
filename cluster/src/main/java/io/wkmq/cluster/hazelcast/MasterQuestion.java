package io.wkmq.cluster.hazelcast;

import com.hazelcast.cluster.Address;
import com.hazelcast.internal.cluster.ClusterService;
import com.hazelcast.internal.cluster.impl.operations.JoinOperation;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.spi.impl.operationservice.Operation;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.SeedAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a node that is not a member who leads its cluster and whether it would accept the asker. The answer is the leader's {@link Address},
 * or null if the node has no cluster yet or would refuse. Hazelcast has a similar operation, but a node that is already in a cluster
 * ignores its answer unless its joiner is Hazelcast's own.
 *
 * <p>The asker also says which nodes were removed from its cluster. In a part that was cut off such a node may lead; the parts then stay
 * separate until it has left its own.
 */
final class MasterQuestion extends Operation implements JoinOperation, IdentifiedDataSerializable {
    private static final Logger LOG = LoggerFactory.getLogger(MasterQuestion.class);
    private static final byte VERSION = 1;
    private static final int ATTRIBUTES_MAX = 16;

    /** Sent along with the attributes of the asker. */
    private static final String REMOVED = "wk.removed";

    private Map<String, String> asker = Map.of();
    private transient @Nullable Address master;

    /** Used for deserialization. */
    MasterQuestion() {}

    /**
     * Creates a question.
     *
     * @param removed the encoded list of nodes that the asker's cluster removed; null if there are none
     */
    MasterQuestion(Peer asker, byte @Nullable [] removed) {
        Map<String, String> attributes = new HashMap<>(PeerAttributes.of(asker));
        if (removed != null) {
            attributes.put(REMOVED, new String(removed, StandardCharsets.UTF_8));
        }
        this.asker = attributes;
    }

    @Override
    public void run() {
        Wire wire = getService();
        ClusterService cluster = getNodeEngine().getClusterService();
        Peer candidate;
        try {
            candidate = PeerAttributes.read(asker);
        } catch (IllegalArgumentException e) {
            LOG.debug("What asks for the leader is no node of this broker, address={}", getCallerAddress(), e);
            return;
        }
        if (cluster.isJoined()
                && wire.judge(candidate, Members.peers(cluster.getMembers())).accepted()) {
            Address caller = getCallerAddress();
            wire.heardOf(new SeedAddress(caller.getHost(), caller.getPort()));
            master = getNodeEngine().getMasterAddress();
            String removed = asker.get(REMOVED);
            if (removed != null) {
                wire.heardRemovals(candidate.id(), removed.getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    @Override
    public @Nullable Object getResponse() {
        return master;
    }

    @Override
    public String getServiceName() {
        return Wire.SERVICE;
    }

    @Override
    protected void writeInternal(ObjectDataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeByte(asker.size());
        for (Map.Entry<String, String> attribute : asker.entrySet()) {
            out.writeString(attribute.getKey());
            out.writeString(attribute.getValue());
        }
    }

    @Override
    protected void readInternal(ObjectDataInput in) throws IOException {
        byte version = in.readByte();
        int size = in.readByte();
        if (version != VERSION || size < 0 || size > ATTRIBUTES_MAX) {
            return; // not a node known here; Hazelcast would log an exception each time
        }
        Map<String, String> read = new HashMap<>();
        for (int i = 0; i < size; i++) {
            read.put(Objects.requireNonNull(in.readString()), Objects.requireNonNull(in.readString()));
        }
        asker = read;
    }

    @Override
    public int getFactoryId() {
        return WireFactory.ID;
    }

    @Override
    public int getClassId() {
        return WireFactory.MASTER_QUESTION;
    }
}
