package io.wkmq.testing.mqtt;

/** A user property. */
public record UserProperty(String name, String value) {}
