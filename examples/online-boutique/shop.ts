/** The call graph of the shop: who is there, on which port it listens, and whom it calls. */
export interface ShopService {
  readonly name: string;
  readonly image: string;
  /** Port its container listens on; absent for one that only calls. */
  readonly containerPort?: number;
  /** Port of its Service; the container's own when absent. */
  readonly servicePort?: number;
  /** Servers it calls, each with the environment variable that tells it their address. */
  readonly calls: Readonly<Record<string, string>>;
}

const IMAGES = 'us-central1-docker.pkg.dev/online-boutique-ci/microservices-demo';

function demo(name: string): string {
  return `${IMAGES}/${name}:v0.10.6`;
}

export const SHOP: readonly ShopService[] = [
  { name: 'adservice', image: demo('adservice'), containerPort: 9555, calls: {} },
  {
    name: 'cartservice',
    image: demo('cartservice'),
    containerPort: 7070,
    calls: { 'redis-cart': 'REDIS_ADDR' },
  },
  {
    name: 'checkoutservice',
    image: demo('checkoutservice'),
    containerPort: 5050,
    calls: {
      cartservice: 'CART_SERVICE_ADDR',
      currencyservice: 'CURRENCY_SERVICE_ADDR',
      emailservice: 'EMAIL_SERVICE_ADDR',
      paymentservice: 'PAYMENT_SERVICE_ADDR',
      productcatalogservice: 'PRODUCT_CATALOG_SERVICE_ADDR',
      shippingservice: 'SHIPPING_SERVICE_ADDR',
    },
  },
  { name: 'currencyservice', image: demo('currencyservice'), containerPort: 7000, calls: {} },
  { name: 'emailservice', image: demo('emailservice'), containerPort: 8080, servicePort: 5000, calls: {} },
  {
    name: 'frontend',
    image: demo('frontend'),
    containerPort: 8080,
    servicePort: 80,
    calls: {
      adservice: 'AD_SERVICE_ADDR',
      cartservice: 'CART_SERVICE_ADDR',
      checkoutservice: 'CHECKOUT_SERVICE_ADDR',
      currencyservice: 'CURRENCY_SERVICE_ADDR',
      productcatalogservice: 'PRODUCT_CATALOG_SERVICE_ADDR',
      recommendationservice: 'RECOMMENDATION_SERVICE_ADDR',
      shippingservice: 'SHIPPING_SERVICE_ADDR',
    },
  },
  { name: 'loadgenerator', image: demo('loadgenerator'), calls: { frontend: 'FRONTEND_ADDR' } },
  { name: 'paymentservice', image: demo('paymentservice'), containerPort: 50051, calls: {} },
  { name: 'productcatalogservice', image: demo('productcatalogservice'), containerPort: 3550, calls: {} },
  {
    name: 'recommendationservice',
    image: demo('recommendationservice'),
    containerPort: 8080,
    calls: { productcatalogservice: 'PRODUCT_CATALOG_SERVICE_ADDR' },
  },
  { name: 'redis-cart', image: 'redis:alpine', containerPort: 6379, calls: {} },
  { name: 'shippingservice', image: demo('shippingservice'), containerPort: 50051, calls: {} },
];
