package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.CPGroupId;

/** Asks how far the log of a group is committed. A query: it never is in a log. */
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
