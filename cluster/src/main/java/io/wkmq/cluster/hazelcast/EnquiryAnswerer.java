package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.security.Introduction;

/** Answers nodes that ask before they join. Called on the threads that read from the network; must not block. */
interface EnquiryAnswerer {
    /**
     * Says who is here and whether the asker would be taken.
     *
     * @param joins whether the asker was told by its administrator to join: that lifts an earlier removal
     */
    EnquiryAnswer answer(Introduction asker, boolean joins);
}
