package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.CPGroupId;
import com.hazelcast.cp.internal.CPMemberInfo;
import com.hazelcast.cp.internal.IndeterminateOperationStateAware;
import com.hazelcast.cp.internal.RaftOp;
import com.hazelcast.cp.internal.RaftService;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Tells the metadata group the current address of a member. Idempotent. */
final class RestartedMember extends RaftOp implements IdentifiedDataSerializable, IndeterminateOperationStateAware {
    private static final int VERSION = 1;

    private @Nullable CPMemberInfo member;

    RestartedMember() {}

    RestartedMember(CPMemberInfo member) {
        this.member = member;
    }

    @Override
    public @Nullable Object run(CPGroupId group, long commitIndex) {
        RaftService raft = getService();
        raft.getMetadataGroupManager().verifyRestartedMember(commitIndex, member());
        return null;
    }

    private CPMemberInfo member() {
        if (member == null) {
            throw new IllegalStateException("The operation was not read yet");
        }
        return member;
    }

    @Override
    protected String getServiceName() {
        return RaftService.SERVICE_NAME;
    }

    @Override
    public boolean isRetryableOnIndeterminateOperationState() {
        return true;
    }

    @Override
    public int getFactoryId() {
        return CpFactory.ID;
    }

    @Override
    public int getClassId() {
        return CpFactory.RESTARTED_MEMBER;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeObject(member());
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        int version = in.readByte();
        if (version != VERSION) {
            throw new IOException("A restarted member has version " + version + "; expected " + VERSION);
        }
        member = in.readObject();
    }
}
