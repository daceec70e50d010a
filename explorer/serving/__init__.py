"""The app for many people on one machine: several web processes behind a balancer, and one set of workers."""
