package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.nio.serialization.DataSerializableFactory;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Creates the objects contained in the logs of CP groups, and the queries to their leaders. The ids are part of the on-disk format.
 * Stateless.
 */
public final class CpFactory implements DataSerializableFactory {
    /** Distinguishes our classes from Hazelcast's own and from those that are only sent over the network. */
    public static final int ID = 7_712;

    static final int RESTARTED_MEMBER = 1;
    static final int CHANNEL_OP = 2;
    static final int COMMIT_INDEX_OP = 3;
    static final int HAND_OVER_OP = 4;
    static final int FILLING_OP = 5;
    static final int PLACE_OP = 6;
    static final int APPLIED_INDEX_OP = 7;
    static final int LEADER_STATUS_OP = 8;

    private static final Map<Integer, Supplier<IdentifiedDataSerializable>> CLASSES = Map.of(
            RESTARTED_MEMBER,
            RestartedMember::new,
            CHANNEL_OP,
            ChannelOp::new,
            COMMIT_INDEX_OP,
            CommitIndexOp::new,
            HAND_OVER_OP,
            HandOverOp::new,
            FILLING_OP,
            FillingOp::new,
            PLACE_OP,
            PlaceOp::new,
            APPLIED_INDEX_OP,
            AppliedIndexOp::new,
            LEADER_STATUS_OP,
            LeaderStatusOp::new);

    @Override
    public IdentifiedDataSerializable create(int typeId) {
        Supplier<IdentifiedDataSerializable> made = CLASSES.get(typeId);
        if (made == null) {
            throw new IllegalArgumentException("CP class " + typeId + " is unknown; expected one of " + CLASSES.keySet()
                    + ". A newer node wrote it");
        }
        return made.get();
    }
}
