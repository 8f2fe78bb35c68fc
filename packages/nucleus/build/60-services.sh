#!/usr/bin/env bash
# There is no desktop to start.
systemctl set-default multi-user.target
