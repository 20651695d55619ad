package io.wkmq.session;

import java.util.Collection;

/** Hears what becomes of the records that a replay gets. Belongs to the session's shard. */
interface ReplayProgress {
    /** The next record is not for the client. */
    void passed(long seq);

    /** The next record is on its way, until the delivery is over. */
    void sending(long seq, Delivery delivery);

    /** The replay has ended, and these records were not sent. Of what was sent it is heard further on. */
    void ended(Collection<Long> unsent);
}
