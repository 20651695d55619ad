package io.wkmq.session;

import java.util.Collection;

/** Receives the outcome of each record read by a replay. Confined to the session's shard. */
interface ReplayProgress {
    /** The next record is not for the client. */
    void passed(long seq);

    /** The next record is in flight until the delivery is over. */
    void sending(long seq, Delivery delivery);

    /** The replay has ended without sending these records. Outcomes of records already sent are still reported. */
    void ended(Collection<Long> unsent);
}
