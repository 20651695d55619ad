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
 * Asks a node that is no member who leads its cluster and whether it would take the one that asks. The answer is the leader's
 * {@link Address}, or null: it has no cluster yet, or would not. Hazelcast has a question of this kind too, but a node that is in
 * a cluster already ignores the answer unless its joiner is Hazelcast's own.
 *
 * <p>The one that asks also says who was removed from its cluster. In a part that was cut off meanwhile such a node may lead: then
 * the parts do not become one before it is out of its own.
 */
final class MasterQuestion extends Operation implements JoinOperation, IdentifiedDataSerializable {
    private static final Logger LOG = LoggerFactory.getLogger(MasterQuestion.class);
    private static final byte VERSION = 1;
    private static final int ATTRIBUTES_MAX = 16;

    /** Beside the attributes of the asker. */
    private static final String REMOVED = "wk.removed";

    private Map<String, String> asker = Map.of();
    private transient @Nullable Address master;

    /** For the factory. */
    MasterQuestion() {}

    /**
     * A question of a node.
     *
     * @param removed whom it has removed, for those of the other cluster who do not know; null if nobody
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
            return; // nobody this node knows; Hazelcast would log an exception each time
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
