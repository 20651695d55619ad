package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.security.Introduction;
import java.util.concurrent.CompletionStage;

/** Answers nodes that ask before they join. Called on the threads that read from the network; must not block. */
interface EnquiryAnswerer {
    /**
     * Says who is here and whether the asker would be taken; at once, unless it joins, for then this node finds out whether it gets
     * to the asker. An earlier removal of an asker that joins is lifted.
     */
    CompletionStage<EnquiryAnswer> answer(Introduction asker, Enquiry.Question question);
}
