package io.wkmq.session;

import io.wkmq.routing.SubscriptionFilter;

/**
 * A subscription, requested or held.
 *
 * @param filter the filter
 * @param options the options
 */
public record SubscribeRequest(SubscriptionFilter filter, SubscriptionOptions options) {}
