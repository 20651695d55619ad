package io.wkmq.session;

import io.wkmq.routing.SubscriptionFilter;

/**
 * One subscription as it is asked for or held.
 *
 * @param filter what to
 * @param options how
 */
public record SubscribeRequest(SubscriptionFilter filter, SubscriptionOptions options) {}
