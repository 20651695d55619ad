package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.CPGroupId;

/** Asks the leader of a group what it knows of it, as {@link LeaderStatus#of} reads it. A query: it never is in a log. */
final class LeaderStatusOp extends LeaderQuestion {
    @Override
    public Object run(CPGroupId group, long commitIndex) {
        ChannelService service = getService();
        return service.status(group).toNumbers();
    }

    @Override
    public int getClassId() {
        return CpFactory.LEADER_STATUS_OP;
    }
}
