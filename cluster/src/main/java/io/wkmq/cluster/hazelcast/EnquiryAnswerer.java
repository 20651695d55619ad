package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.security.Introduction;
import java.util.concurrent.CompletionStage;

/** Answers nodes that ask before they join. Called on the threads that read from the network; must not block. */
interface EnquiryAnswerer {
    /**
     * Completes with the nodes that are present and whether the asker would be accepted. Completes at once unless the asker joins: then
     * this node first checks that it reaches the asker. An earlier removal of an asker that joins is lifted.
     */
    CompletionStage<EnquiryAnswer> answer(Introduction asker, Enquiry.Question question);
}
