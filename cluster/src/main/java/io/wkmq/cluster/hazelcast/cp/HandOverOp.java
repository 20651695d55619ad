package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.CPGroupId;
import com.hazelcast.internal.util.UUIDSerializationUtil;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Tells the leader of a group to begin transferring its leadership. A query to the leader: never part of a log. */
final class HandOverOp extends LeaderQuestion {
    private @Nullable UUID target;

    HandOverOp() {}

    /** Transfers to the given member; null for any other one that is present. */
    HandOverOp(@Nullable UUID target) {
        this.target = target;
    }

    @Override
    public Object run(CPGroupId group, long commitIndex) {
        ChannelService service = getService();
        service.handOver(group, target);
        return true;
    }

    @Override
    public int getClassId() {
        return CpFactory.HAND_OVER_OP;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        super.writeData(out);
        out.writeBoolean(target != null);
        if (target != null) {
            UUIDSerializationUtil.writeUUID(out, target);
        }
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        super.readData(in);
        target = in.readBoolean() ? UUIDSerializationUtil.readUUID(in) : null;
    }
}
