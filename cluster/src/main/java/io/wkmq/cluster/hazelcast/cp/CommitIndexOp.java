package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.CPGroupId;

/** Asks for the commit index of a group. A query: never part of a log. */
final class CommitIndexOp extends LeaderQuestion {
    @Override
    public Object run(CPGroupId group, long commitIndex) {
        return commitIndex;
    }

    @Override
    public int getClassId() {
        return CpFactory.COMMIT_INDEX_OP;
    }
}
